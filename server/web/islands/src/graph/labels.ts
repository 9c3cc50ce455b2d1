// Labels are broken into lines here and not by the canvas, so that the download
// as SVG has the same lines.

const longest = 132; // pixels
const most = 3; // lines

const context = document.createElement('canvas').getContext('2d');

export function lines(text: string, font: string): string[] {
  if (context) context.font = font;
  const width = (s: string) => context?.measureText(s).width ?? 7 * s.length;
  const out: string[] = [];
  let line = '';
  const pieces = text.replace(/\s+/g, ' ').trim().split(/(?<= )/);
  for (let i = 0; i < pieces.length; i++) {
    let piece = pieces[i]!;
    if (line && width((line + piece).trimEnd()) > longest) {
      out.push(line.trimEnd());
      line = '';
    }
    // A word that is wider than a line, or a script without spaces.
    while (!line && width(piece.trimEnd()) > longest) {
      const signs = [...piece];
      let n = signs.length;
      while (n > 1 && width(signs.slice(0, n).join('')) > longest) n--;
      out.push(signs.slice(0, n).join(''));
      piece = signs.slice(n).join('');
    }
    line += piece;
    if (out.length > most) break;
  }
  if (line.trim()) out.push(line.trimEnd());
  if (out.length <= most) return out;
  return [...out.slice(0, most - 1), out[most - 1]!.replace(/[\s.,;:]*$/, '') + '…'];
}
