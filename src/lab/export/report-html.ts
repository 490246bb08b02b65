// A report as one HTML file: styles and charts in it, no script, nothing loaded from anywhere, made to be printed.
import type { Report, ReportBlock, ReportTable } from './report';
import { escapeXml } from './svg/drawing';

const STYLE = `
:root { color-scheme: light; }
body { margin: 2rem auto; max-width: 80rem; padding: 0 1.5rem; background: #fff; color: #1b1e24;
  font: 15px/1.5 system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; }
h2 { font-size: 1.2rem; margin-top: 2.2rem; break-after: avoid; }
.answer { font-size: 1.15rem; }
table { border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; margin: 1rem 0; }
caption { text-align: left; color: #5a616d; padding-bottom: 0.4rem; }
th, td { text-align: left; vertical-align: top; padding: 0.2rem 0.9rem 0.2rem 0; border-bottom: 1px solid #dfe2e8; }
th.number, td.number { text-align: right; }
td.number { white-space: nowrap; }
thead { display: table-header-group; }
tr, figure { break-inside: avoid; }
.wide { overflow-x: auto; }
figure { margin: 1.5rem 0; border: 1px solid #dfe2e8; }
figure svg { display: block; width: 100%; height: auto; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.8rem; background: #f6f7f9; padding: 0.8rem; }
@page { margin: 15mm; }
@media print {
  body { margin: 0; padding: 0; max-width: none; font-size: 10pt; }
  table { font-size: 7.5pt; }
  .wide { overflow: visible; }
  svg, th, td { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}`;

/** The file. */
export function reportHtml({ title, blocks }: Report): string {
  let isFirst = true;
  const body = blocks.map((block, index) => {
    const html = blockHtml(block, index, isFirst);
    isFirst = false;
    return html;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="generator" content="Bootlab">
<title>${escapeXml(title)}</title>
<style>${STYLE}
</style>
</head>
<body>
<main>
<h1>${escapeXml(title)}</h1>
${body.join('\n')}
</main>
</body>
</html>
`;
}

function blockHtml(block: ReportBlock, index: number, isAnswer: boolean): string {
  const className = isAnswer ? ' class="answer"' : '';
  switch (block.kind) {
    case 'heading':
      return `<h2>${escapeXml(block.text)}</h2>`;
    case 'text':
      return `<p${className}>${escapeXml(block.text)}</p>`;
    case 'list':
      return `<ul${className}>\n${block.items.map((item) => `<li>${escapeXml(item)}</li>\n`).join('')}</ul>`;
    case 'code':
      return `<pre>${escapeXml(block.text)}</pre>`;
    case 'chart':
      return `<figure>\n${withOwnIds(block.svg, `chart-${index}-`)}</figure>`;
    case 'table':
      return tableHtml(block);
  }
}

/** Charts of one page must not have the same ids. */
function withOwnIds(svg: string, prefix: string): string {
  return svg.replaceAll('id="family-', `id="${prefix}family-`).replaceAll('url(#family-', `url(#${prefix}family-`);
}

function tableHtml({ caption, head, rows, numeric }: ReportTable): string {
  const cell = (name: 'th' | 'td') => (content: string, column: number) => {
    const scope = name === 'th' ? ' scope="col"' : '';
    return `<${name}${scope}${numeric.has(column) ? ' class="number"' : ''}>${escapeXml(content)}</${name}>`;
  };
  return [
    '<div class="wide"><table>',
    caption === '' ? '' : `<caption>${escapeXml(caption)}</caption>`,
    `<thead><tr>${head.map(cell('th')).join('')}</tr></thead>`,
    '<tbody>',
    ...rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`),
    '</tbody></table></div>',
  ]
    .filter((line) => line !== '')
    .join('\n');
}
