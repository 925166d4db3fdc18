/* What templates do elsewhere: each type is made of the one before, and the last has 8 to the 9th members. */
#define P(a, b) a##b
#define STEP(n, m) struct P(s, n) { struct P(s, m) a[8]; }; static const struct P(s, n) P(v, n)
struct s0 { int x; };
STEP(1, 0); STEP(2, 1); STEP(3, 2); STEP(4, 3); STEP(5, 4); STEP(6, 5); STEP(7, 6); STEP(8, 7); STEP(9, 8);
#define E1(x) x, x, x, x, x, x, x, x
#define E3(x) E1(E1(E1(x)))
extern const int bomb[];
const int bomb[] = {E3(E3(E3((int)sizeof(struct s9) + __COUNTER__)))};
