// What the scripts here have in common: checks that are counted, and of which
// those that fail are printed (all of them with VERBOSE=1).
let passed = 0;
let failed = 0;

/** Counts a check. detail is shown where it failed. */
export function check(name, ok, detail = '') {
  ok ? passed++ : failed++;
  if (ok && !process.env.VERBOSE) return;
  const why = !ok && detail !== '' ? ` — ${String(detail).slice(0, 240)}` : '';
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}${why}`);
}

/** Ends the script: 0 where every check passed. */
export function done() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed || !passed ? 1 : 0);
}
