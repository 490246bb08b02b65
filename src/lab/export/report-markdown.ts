// A report as Markdown (CommonMark with GitHub's tables). Charts are left out: Markdown has no pictures of its own, and every
// figure they show is in the tables.
import type { Report, ReportBlock, ReportTable } from './report';

/** The file. */
export function reportMarkdown({ title, blocks }: Report): string {
  const parts = blocks.filter(({ kind }) => kind !== 'chart').map(blockMarkdown);
  return `${[`# ${escape(title)}`, ...parts].join('\n\n')}\n`;
}

function blockMarkdown(block: ReportBlock): string {
  switch (block.kind) {
    case 'heading':
      return `## ${escape(block.text)}`;
    case 'text':
      return escape(block.text);
    case 'list':
      return block.items.map((item) => `- ${escape(item)}`).join('\n');
    case 'code':
      return `${fence(block.text)}json\n${block.text}\n${fence(block.text)}`;
    case 'table':
      return tableMarkdown(block);
    case 'chart':
      return '';
  }
}

function tableMarkdown({ caption, head, rows, numeric }: ReportTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escape).join(' | ')} |`;
  const rule = `| ${head.map((_, column) => (numeric.has(column) ? '---:' : '---')).join(' | ')} |`;
  return [...(caption === '' ? [] : [`${escape(caption)}:`, '']), line(head), rule, ...rows.map(line)].join('\n');
}

/** Text as it is: no mark-up, no line of its own, no HTML. */
function escape(text: string): string {
  return text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/[\\`*_{}[\]<>|&~]/g, (character) => `\\${character}`)
    .replace(/^[#+=-]/, (character) => `\\${character}`)
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** Longer than any row of backticks in the text (CommonMark 0.31, section 4.5). */
function fence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  return '`'.repeat(longest + 1);
}
