/** What leaves the screen: a page of the right size for the printer, a picture for a message. */
import './print.css';
import { paperOf, type Paper, type Turn } from './layout';

/** Dots per millimetre of the picture: about 200 to the inch, enough for paper and for a telephone. */
const DOTS_MM = 8;

/** Makes the page as large as the paper as long as the sheet is open. */
export function pageOf(paper: Paper, turn: Turn): () => void {
  const style = document.createElement('style');
  const { width, height } = paperOf(paper, turn);
  style.textContent = `@page { size: ${paper.toUpperCase()} ${turn}; margin: 0; }
    @media print { .with-sheet .paper > svg { width: ${width}mm !important; height: ${height}mm !important; } }`;
  document.head.append(style);
  document.documentElement.classList.add('with-sheet');
  return () => {
    style.remove();
    document.documentElement.classList.remove('with-sheet');
  };
}

function loaded(url: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error('the drawing cannot be read as a picture'));
    image.src = url;
  });
}

/** The drawing as a PNG file, `width` millimetres wide; throws where the browser has no room for it. */
export async function asPng(drawing: SVGSVGElement, width: number, name: string): Promise<void> {
  const { width: w, height: h } = drawing.viewBox.baseVal;
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  copy.setAttribute('width', String(Math.round(width * DOTS_MM)));
  copy.setAttribute('height', String(Math.round((width * DOTS_MM * h) / w)));
  const text = new XMLSerializer().serializeToString(copy);
  const source = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  try {
    const image = await loaded(source);
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(width * DOTS_MM);
    canvas.height = Math.round((width * DOTS_MM * h) / w);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!blob) throw new Error('no room for the picture');
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name.replace(/[\\/:*?"<>|]+/g, '-');
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  } finally {
    URL.revokeObjectURL(source);
  }
}
