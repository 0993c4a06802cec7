//! Why runs of the continuous integration fail.

/// The jobs of a run, in their order.
pub static JOBS: [&str; 3] = ["lint", "test", "build"];

/// A run that has failed.
pub struct Failure {
    /// The job that has failed: its place in [`JOBS`].
    pub job: usize,
    /// The step of it that has failed.
    pub step: &'static str,
    /// The branch of the run.
    pub branch: &'static str,
    /// What the job has logged.
    pub log: &'static str,
}

/// In the order of the runs' numbers: 9001 is the second.
pub static FAILURES: [Failure; 3] = [
    Failure {
        job: 2,
        step: "npm run build",
        branch: "main",
        log: "> shop@2.4.0 build\n> tsc --noEmit && vite build\n\nsrc/countries.ts:7:10 - error TS2304: Cannot find name 'Country'.\n\n7 let kept: Promise<Country[]> | undefined;\n           ~~~~~~~\n\nFound 1 error in src/countries.ts:7\n\n##[error]Process completed with exit code 2.\n",
    },
    Failure {
        job: 1,
        step: "npm test",
        branch: "main",
        log: "> shop@2.4.0 test\n> vitest run\n\n ✓ src/cart/total.test.ts (4 tests)\n ✗ src/orders/deadline.test.ts (3 tests | 1 failed)\n   × an order of today can be canceled until midnight\n     AssertionError: expected '2026-03-14' to be '2026-03-15'\n       at src/orders/deadline.test.ts:21:38\n     20|   const until = deadline(new Date(\"2026-03-14T23:30:00+01:00\"));\n     21|   expect(until.toISOString().slice(0, 10)).toBe(localDay(until));\n\n Test Files  1 failed | 11 passed (12)\n      Tests  1 failed | 63 passed (64)\n\n##[error]Process completed with exit code 1.\n",
    },
    Failure {
        job: 0,
        step: "npm run lint",
        branch: "main",
        log: "> shop@2.4.0 lint\n> eslint src\n\n/home/runner/work/shop/src/checkout/pay.ts\n  14:9  error  'card' is assigned a value but never used  @typescript-eslint/no-unused-vars\n  31:3  error  Promises must be awaited                    @typescript-eslint/no-floating-promises\n\n✖ 2 problems (2 errors, 0 warnings)\n\n##[error]Process completed with exit code 1.\n",
    },
];
