/* Its own table of rights instead of the stage's. */
const struct policy policies[NSERVICES + 1] = {0};
