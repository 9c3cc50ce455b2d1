import type { Picture } from './picture';

interface Doing {
  expand: () => void;
  fold: () => void;
  depth: (steps: number) => void;
}

const ways: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// keys are what the keyboard does in the picture. Tab is left alone, so that
// nobody is caught in it.
export function keys(event: KeyboardEvent, picture: Picture, doing: Doing): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const way = ways[event.key];
  if (way) picture.here ? picture.step(...way) : picture.point(picture.first());
  else if (event.key === 'Enter') {
    const v = picture.here && picture.vertex(picture.here.id());
    if (v) location.assign(v.href);
  } else if (event.key === 'e') doing.expand();
  else if (event.key === 'f') doing.fold();
  else if (event.key === 'n') picture.next(1);
  else if (event.key === 'p') picture.next(-1);
  else if (event.key === 'Home') picture.point(picture.first());
  else if (event.key === 'Escape') picture.point(undefined);
  else if (/^[123]$/.test(event.key)) doing.depth(Number(event.key));
  else if (event.key === '+' || event.key === '=') picture.zoom(1.3);
  else if (event.key === '-') picture.zoom(1 / 1.3);
  else if (event.key === '0') picture.fit();
  else return;
  event.preventDefault();
}
