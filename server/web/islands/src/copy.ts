// A button "Copy" at each text that is there to be taken along.

const texts = '.cite pre, .as-data pre';

async function copy(pre: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(pre.textContent ?? '');
    return true;
  } catch {
    // Without TLS there is no clipboard to write to; a selection can be copied.
    const selection = getSelection();
    const range = document.createRange();
    range.selectNodeContents(pre);
    selection?.removeAllRanges();
    selection?.addRange(range);
    return document.execCommand('copy');
  }
}

function dress(pre: HTMLElement): void {
  if (pre.parentElement?.classList.contains('copyable')) return;
  const box = document.createElement('div');
  box.className = 'copyable';
  pre.replaceWith(box);
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy small';
  button.textContent = 'Copy';
  const said = document.createElement('span');
  said.className = 'unseen';
  said.setAttribute('role', 'status');
  box.append(pre, button, said);
  let again = 0;
  button.addEventListener('click', async () => {
    const done = await copy(pre);
    button.textContent = done ? 'Copied' : 'Selected';
    said.textContent = done ? 'Copied' : 'Selected; copy it with the keyboard';
    clearTimeout(again);
    again = setTimeout(() => {
      button.textContent = 'Copy';
      said.textContent = '';
    }, 2500);
  });
}

const all = () => document.querySelectorAll<HTMLElement>(texts).forEach(dress);
all();
document.addEventListener('onrecord:swapped', all);
