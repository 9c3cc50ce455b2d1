// What the page says about the picture, in its script element of data.

export interface Kind {
  kind: string;
  word: string;
  points: number[];
}

export interface Vertex {
  id: string;
  kind: string;
  label: string;
  detail: string;
  href: string;
  more: number;
  moreText: string;
  given: boolean;
  onPath: boolean;
  candidate: boolean;
  expand: string;
  fold: string;
}

export interface Link {
  id: string;
  from: string;
  to: string;
  kind: string;
  words: [string, string];
  candidate: boolean;
  onPath: boolean;
}

export interface Data {
  of: string[];
  kinds: Kind[];
  nodes: Vertex[];
  links: Link[];
  path: string[];
  full: boolean;
}

export const read = (page: Document): Data | undefined => {
  const text = page.getElementById('graph-data')?.textContent;
  return text ? (JSON.parse(text) as Data) : undefined;
};
