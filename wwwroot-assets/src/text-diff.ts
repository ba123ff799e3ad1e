// Two texts as people compare them: the lines that differ with a little around them.
import { make } from './elements';
import { compareLines } from './line-diff';

export function drawDiff(before: string, after: string): HTMLElement {
  const box = make('div', { class: 'diff editor-compare', tabindex: '0', role: 'group', 'aria-label': 'Difference' });
  const lines = compareLines(before, after);
  const near = lines.map((_, at) => lines.slice(Math.max(0, at - 2), at + 3).some(line => line.change !== 'same'));
  let hidden = 0;
  const gap = () => {
    if (hidden) box.append(make('div', { class: 'diff-gap' }, `${hidden} unchanged lines`));
    hidden = 0;
  };
  lines.forEach((line, at) => {
    if (!near[at]) return hidden++;
    gap();
    const sign = line.change === 'added' ? '+' : line.change === 'removed' ? '−' : '';
    return box.append(make('div', { class: `diff-line diff-${line.change}` }, make('span', { class: 'diff-sign' }, sign), make('span', {}, line.text)));
  });
  gap();
  return box;
}
