// go test -json | node report.mjs [--no-skips] [--some]
// Prints the output of what failed, one line a package, and the counts. Fails
// when a test failed; with --no-skips when one was skipped, with --some when
// none ran.
import { createInterface } from 'node:readline';

const strict = process.argv.includes('--no-skips');
const some = process.argv.includes('--some');
const output = new Map();
const count = { pass: 0, fail: 0, skip: 0 };
const skipped = [];
let broken = false;

for await (const line of createInterface({ input: process.stdin })) {
  let event;
  try {
    event = JSON.parse(line);
  } catch {
    console.log(line); // what the go command itself has to say
    continue;
  }
  const name = [event.Package ?? event.ImportPath, event.Test].filter(Boolean).join(' ');
  switch (event.Action) {
    case 'output':
    case 'build-output':
      output.set(name, (output.get(name) ?? '') + event.Output);
      break;
    case 'build-fail':
      broken = true;
      process.stdout.write(output.get(name) ?? '');
      break;
    case 'pass':
    case 'fail':
    case 'skip':
      if (event.Test) {
        count[event.Action]++;
        if (event.Action === 'skip') skipped.push(`${name}: ${reason(output.get(name))}`);
      }
      if (event.Action === 'fail') {
        broken = true;
        process.stdout.write(output.get(name) ?? `${name} failed\n`);
      } else if (!event.Test && event.Action === 'pass' && !/no tests to run/.test(output.get(name))) {
        console.log(`ok   ${event.Package}  ${event.Elapsed.toFixed(1)} s`);
      }
      output.delete(name);
  }
}

function reason(text = '') {
  return text.split('\n').find((line) => /^\s+\S+\.go:\d+: /.test(line))?.trim() ?? 'no reason given';
}

console.log(`${count.pass} passed, ${count.fail} failed, ${count.skip} skipped`);
if (strict && skipped.length) {
  console.log(`skipped, which this run does not allow:\n  ${skipped.join('\n  ')}`);
  broken = true;
}
if (some && count.pass + count.fail === 0) {
  console.log('no test ran: was a name changed?');
  broken = true;
}
process.exit(broken ? 1 : 0);
