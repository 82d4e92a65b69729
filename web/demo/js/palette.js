// The theme's colours for canvases, which cannot read CSS variables.

const NAMES = ['ink', 'quiet', 'line', 'line-strong', 'grid', 'card', 'sunken', 'accent', 'green', 'green-bg', 'amber', 'amber-bg', 'red', 'red-bg', 'violet', 'violet-bg', 'blue', 'blue-bg', 'grey', 'grey-bg', 'green-line', 'amber-line', 'red-line'];
const TONES = { good: 'green', busy: 'amber', held: 'violet', bad: 'red', info: 'blue', idle: 'grey' };

export const palette = {};

/** @returns {ink, paper} of a tone of theme.css. */
export const ofTone = (tone) => ({ ink: palette[TONES[tone]], paper: palette[TONES[tone] + '-bg'] });

function read() {
  const style = getComputedStyle(document.documentElement);
  for (const name of NAMES) palette[name] = style.getPropertyValue('--' + name).trim();
}

read();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', read);
