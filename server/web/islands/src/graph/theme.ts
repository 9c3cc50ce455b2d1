// The colours and fonts of the site, as its style sheet has them now.

export interface Theme {
  paper: string;
  raised: string;
  ink: string;
  soft: string;
  rule: string;
  accent: string;
  link: string;
  sans: string;
  asserts: string;
  denies: string;
  questions: string;
  kind: (kind: string) => string;
}

export function theme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    paper: value('--paper'),
    raised: value('--raised'),
    ink: value('--ink'),
    soft: value('--soft'),
    rule: value('--rule'),
    accent: value('--accent'),
    link: value('--link'),
    sans: value('--sans'),
    asserts: value('--asserts'),
    denies: value('--denies'),
    questions: value('--questions'),
    kind: (kind) => value(`--k-${kind.toLowerCase()}`) || value('--soft'),
  };
}

export const font = (t: Theme) => `12px ${t.sans}`;
