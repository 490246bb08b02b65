// SVG as text: elements, escaping, and how wide a text is where nothing can measure it. No script, nothing from outside.
// Charts are pictures of 1280 units' width on white; their height follows what they show.

/** Width of every chart; a page scales it. */
export const CHART_WIDTH = 1280;

/** The first two have the same widths; what a reader has instead is narrower, so that no text grows out of its place. */
const FONT = "'DejaVu Sans', Verdana, Arial, sans-serif";

export const TEXT = { title: 18, body: 13, small: 11 } as const;

export const INK = { text: '#1b1e24', quiet: '#5a616d', line: '#dfe2e8', axis: '#868d99', accent: '#1d5fb8' } as const;

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element; numbers have at most two decimals. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? number(value) : escapeXml(value!)}"`)
    .join('');
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

/** Two decimals are a hundredth of a dot, and the same on every host. */
export function number(value: number): string {
  return String(Math.round(value * 100) / 100 + 0);
}

/** Text for content and attributes. Control characters and halves of surrogate pairs have no place in XML 1.0. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export interface TextStyle {
  readonly size?: number;
  readonly isBold?: boolean;
  readonly fill?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
}

/** A line of text whose base line is at y. */
export function textAt(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { size = TEXT.body, isBold = false, fill = INK.text, anchor = 'start' } = style;
  return element(
    'text',
    {
      x,
      y,
      'font-size': size,
      'font-weight': isBold ? 'bold' : undefined,
      'text-anchor': anchor === 'start' ? undefined : anchor,
      fill,
    },
    escapeXml(content),
  );
}

export function rect(x: number, y: number, width: number, height: number, attributes: Attributes = {}): string {
  return element('rect', { x, y, width, height, ...attributes });
}

export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes = {}): string {
  return element('line', { x1, y1, x2, y2, stroke: INK.axis, ...attributes });
}

/** A part with a name that pointers and screen readers find. */
export function named(name: string, content: string): string {
  return element('g', { role: 'img', tabindex: 0 }, element('title', {}, escapeXml(name)) + content);
}

/**
 * A whole picture with a title, a sentence below it and a last line that says where its figures come from.
 * @param body drawn from y = `bodyTop(subtitle)` on
 */
export function picture(input: {
  readonly title: string;
  readonly subtitle: string;
  readonly source: string;
  readonly bodyHeight: number;
  readonly body: string;
  readonly definitions?: string;
}): string {
  const { title, subtitle, source, bodyHeight, body, definitions = '' } = input;
  const lines = wrapText(subtitle, CHART_WIDTH - 2 * MARGIN, TEXT.body);
  const height = bodyTop(subtitle) + bodyHeight + FOOTER_HEIGHT;
  const content = [
    element('title', {}, escapeXml(title)),
    element('desc', {}, escapeXml(subtitle)),
    definitions === '' ? '' : element('defs', {}, definitions),
    rect(0, 0, CHART_WIDTH, height, { fill: '#ffffff' }),
    textAt(MARGIN, TITLE_BASE, fitText(title, CHART_WIDTH - 2 * MARGIN, TEXT.title, true), {
      size: TEXT.title,
      isBold: true,
    }),
    ...lines.map((content, i) => textAt(MARGIN, SUBTITLE_BASE + i * LINE_HEIGHT, content, { fill: INK.quiet })),
    body,
    textAt(MARGIN, height - MARGIN, fitText(source, CHART_WIDTH - 2 * MARGIN, TEXT.small), {
      size: TEXT.small,
      fill: INK.quiet,
    }),
  ].filter((part) => part !== '');
  return (
    element(
      'svg',
      {
        xmlns: 'http://www.w3.org/2000/svg',
        viewBox: `0 0 ${CHART_WIDTH} ${number(height)}`,
        width: CHART_WIDTH,
        height,
        role: 'group',
        'font-family': FONT,
      },
      `\n${content.join('\n')}\n`,
    ) + '\n'
  );
}

/** Left, right and below. */
export const MARGIN = 24;
const TITLE_BASE = 40;
const SUBTITLE_BASE = 64;
const LINE_HEIGHT = 18;
const FOOTER_HEIGHT = 48;

/** Where the body of a picture with this subtitle begins. */
export function bodyTop(subtitle: string): number {
  return SUBTITLE_BASE + wrapText(subtitle, CHART_WIDTH - 2 * MARGIN, TEXT.body).length * LINE_HEIGHT + 8;
}

/** Advance widths of the printable ASCII characters in thousandths of the size: DejaVu Sans 2.37, table hmtx. */
const ADVANCES = (
  '318 401 460 838 636 950 780 275 390 390 500 838 318 361 318 337 636 636 636 636 636 636 636 636 636 636 337 337 838 ' +
  '838 838 531 1000 684 686 698 770 632 575 775 752 295 295 656 557 863 748 787 603 787 695 635 611 732 684 989 685 611 ' +
  '685 390 337 390 838 500 500 613 635 550 635 615 352 635 634 278 278 579 278 974 634 612 635 635 411 521 392 634 592 ' +
  '818 592 592 525 636 337 636 838'
)
  .split(' ')
  .map(Number);
const FIRST_ADVANCE = ' '.charCodeAt(0);
const OTHER_ADVANCES: Readonly<Record<string, number>> = { '·': 318, '\u00A0': 318, '–': 500, µ: 636 };
/** Of any other character: as wide as the size is high, which few letters exceed. */
const WIDEST_ADVANCE = 1000;
/** The widest of bold letters against their regular form, in the same font. */
const BOLD_FACTOR = 1.13;

/** Width of a line of text, rather too wide than too narrow. */
export function textWidth(text: string, size: number = TEXT.body, isBold = false): number {
  let sum = 0;
  for (const character of text) {
    sum += ADVANCES[character.charCodeAt(0) - FIRST_ADVANCE] ?? OTHER_ADVANCES[character] ?? WIDEST_ADVANCE;
  }
  return (sum * size * (isBold ? BOLD_FACTOR : 1)) / 1000;
}

/** The text, or as much of its beginning as fits with an ellipsis; empty where not even that does. */
export function fitText(text: string, maxWidth: number, size: number = TEXT.body, isBold = false): string {
  if (textWidth(text, size, isBold) <= maxWidth) return text;
  const characters = [...text];
  while (characters.length > 0) {
    characters.pop();
    const cut = `${characters.join('').trimEnd()}…`;
    if (textWidth(cut, size, isBold) <= maxWidth) return characters.length > 0 ? cut : '';
  }
  return '';
}

/** The heading of a row in small text: the point, cut where it is too long, and the path, which tells neighbours apart. */
export function rowHeading(point: string, path: string, maxWidth: number): string {
  const end = point === '' ? path : ` · ${path}`;
  return `${fitText(point, maxWidth - textWidth(end, TEXT.small), TEXT.small)}${end}`;
}

/** Lines of whole words; a word longer than a line is cut. */
export function wrapText(text: string, maxWidth: number, size: number = TEXT.body): string[] {
  const lines: string[] = [];
  // A number and its per cent sign stay together.
  for (const word of text.replaceAll(' %', '\u00A0%').split(' ')) {
    if (word === '') continue;
    const last = lines.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`, size) <= maxWidth) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(fitText(word, maxWidth, size));
    }
  }
  return lines;
}
