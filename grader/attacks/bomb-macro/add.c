/* Ten to the tenth additions, of a few lines. */
#define A(x) x x x x x x x x x x
#define B(x) A(A(A(A(A(x)))))
int bomb(void);
int bomb(void)
{
    return 0 B(B(+1));
}
