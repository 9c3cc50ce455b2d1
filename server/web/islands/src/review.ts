// The keys of the review desk: j and k go from one candidate to the next, a
// accepts, r rejects, u takes the last decision back. The place in the queue is
// kept over the decision, which loads the page again.

const place = 'onrecord.review.place';
const waiting = [...document.querySelectorAll<HTMLElement>('.waiting')];
let at = -1;

function go(to: number): void {
  const item = waiting[Math.max(0, Math.min(to, waiting.length - 1))];
  if (!item) return;
  at = waiting.indexOf(item);
  item.focus();
  item.scrollIntoView({ block: 'nearest' });
}

function press(key: string, within: ParentNode | undefined): void {
  const button = within?.querySelector<HTMLButtonElement>(`[data-key="${key}"]`);
  if (!button) return;
  sessionStorage.setItem(place, String(at));
  button.form?.requestSubmit(button);
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const target = event.target as HTMLElement;
  if (target.closest('input, select, textarea')) return;
  at = waiting.findIndex((item) => item.contains(target));
  switch (event.key) {
    case 'j':
      go(at + 1);
      break;
    case 'k':
      go(at - 1);
      break;
    case 'a':
    case 'r':
      press(event.key, waiting[at]);
      break;
    case 'u':
      press('u', document);
      break;
    default:
      return;
  }
  event.preventDefault();
});

const last = sessionStorage.getItem(place);
if (last !== null) {
  sessionStorage.removeItem(place);
  go(Number(last));
}
