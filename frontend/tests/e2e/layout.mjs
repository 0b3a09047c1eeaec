/**
 * Whether a screen's texts can be read: nothing cut off, nothing over another, nothing off the screen.
 *
 * Boxes and not pixels: pictures differ with fonts, graphics and the minute of the day; that one word lies
 * over another does not. What is clipped on purpose (three dots, scrolling, for screen readers alone) and
 * what lies whole behind something opaque (a dialog, a menu) is in order.
 */

/** Findings in words; empty where all can be read. */
export function flaws(page) {
  return page.evaluate(look);
}

/** Runs in the page. */
function look() {
  const SLACK = 2; // px by which glyphs may stick out of their boxes
  const found = new Set();
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) found.add(`the page is ${wide} px wider than its window`);

  const style = new Map();
  const css = (node) => style.get(node) ?? style.set(node, getComputedStyle(node)).get(node);
  const name = (node) =>
    `<${node.tagName.toLowerCase()}${node.className && typeof node.className === 'string' ? `.${node.className.split(' ')[0]}` : ''}>`;
  const words = (text) => text.trim().replace(/\s+/g, ' ').slice(0, 50);

  // whatever lets presses through is still seen
  const through = document.createElement('style');
  through.textContent = '*, *::before, *::after { pointer-events: auto !important }';
  document.head.append(through);

  /** The part of a box that its ancestors let be seen, and whether it was cut rather than scrolled. */
  function clipped(node, box) {
    let { left, top, right, bottom } = box;
    let cut = null;
    for (let one = node; one && one !== document.body; one = one.parentElement) {
      const { overflowX, overflowY, position, textOverflow } = css(one);
      if (overflowX !== 'visible' || overflowY !== 'visible') {
        const room = one.getBoundingClientRect();
        const lost = Math.max(room.left - left, right - room.right);
        const lostY = Math.max(room.top - top, bottom - room.bottom);
        if (/hidden|clip/.test(overflowX) && lost > SLACK && textOverflow !== 'ellipsis') cut ??= one;
        if (/hidden|clip/.test(overflowY) && lostY > SLACK * 2 && lostY < bottom - top) cut ??= one;
        left = Math.max(left, room.left);
        right = Math.min(right, room.right);
        top = Math.max(top, room.top);
        bottom = Math.min(bottom, room.bottom);
        // three dots and scrolling are ways to go on
        if (/auto|scroll/.test(overflowX + overflowY) || textOverflow === 'ellipsis') {
          if (right - left < 4 || bottom - top < 4) return null;
        }
      }
      if (position === 'fixed') break;
    }
    if (right - left < 4 || bottom - top < 4) return null;
    return { left, top, right, bottom, cut };
  }

  const texts = [];
  // behind a dialog nothing is to be read
  const root = document.querySelector('dialog:modal') ?? document.body;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement;
    if (!words(node.data) || !holder?.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      continue;
    if (/^(SCRIPT|STYLE|OPTION|OPTGROUP)$/.test(holder.tagName) || holder.closest('.sr')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 3 || box.height < 3) continue;
      const seen = clipped(holder, box);
      if (!seen) continue;
      if (seen.cut && !isTiny(seen.cut)) found.add(`cut off: "${words(node.data)}" in ${name(seen.cut)}`);
      if (box.right > innerWidth + SLACK && seen.right > innerWidth + SLACK)
        found.add(`off the screen: "${words(node.data)}"`);
      texts.push({ node, holder, ...seen });
    }
  }
  function isTiny(node) {
    const { width, height } = node.getBoundingClientRect();
    return width <= 2 || height <= 2; // for screen readers alone
  }

  const solid = (node) => {
    const { backgroundColor, opacity } = css(node);
    const alpha = /rgba?\(([^)]*)\)/.exec(backgroundColor)?.[1]?.split(/[,/]\s*/)[3];
    return backgroundColor !== 'transparent' && Number(alpha ?? 1) > 0.9 && Number(opacity) > 0.9;
  };
  const inside = ({ left, right, top, bottom }) =>
    right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;

  /** Menus and panels that float, with a shadow to say so, may lie over what is behind them. */
  const floats = (upper, under) => {
    for (let one = upper.holder; one && !one.contains(under.holder); one = one.parentElement)
      if (css(one).boxShadow !== 'none') return true;
    return false;
  };
  const seen = texts.filter(inside);
  for (const [i, a] of seen.entries()) {
    for (const b of seen.slice(i + 1)) {
      if (a.node === b.node) continue;
      const left = Math.max(a.left, b.left);
      const right = Math.min(a.right, b.right);
      const top = Math.max(a.top, b.top);
      const bottom = Math.min(a.bottom, b.bottom);
      const height = Math.min(a.bottom - a.top, b.bottom - b.top);
      if (right - left < 4 || bottom - top < height * 0.3) continue;
      const stack = document.elementsFromPoint((left + right) / 2, (top + bottom) / 2);
      const [at, bt] = [a, b].map(({ holder }) => stack.indexOf(holder));
      if (at < 0 || bt < 0) continue;
      const upper = Math.min(at, bt);
      const lower = Math.max(at, bt);
      if (a.holder !== b.holder && stack.slice(upper, lower).some(solid)) {
        const under = at > bt ? a : b;
        const covered = (right - left) * (bottom - top);
        const whole = (under.right - under.left) * (under.bottom - under.top);
        if (covered > whole * 0.15 && covered < whole * 0.85 && !floats(under === a ? b : a, under))
          found.add(
            `half covered: "${words(under.node.data)}" by "${words((under === a ? b : a).node.data)}"`,
          );
        continue;
      }
      found.add(`one over another: "${words(a.node.data)}" and "${words(b.node.data)}"`);
    }
  }

  // words that a control cannot show are not there for whoever presses it
  for (const one of root.querySelectorAll('button, a.btn, [role="tab"], label.btn, summary, th')) {
    if (!one.checkVisibility({ visibilityProperty: true }) || one.closest('.sr, [data-fire], [data-report]'))
      continue;
    if (
      one.scrollWidth > one.clientWidth + SLACK &&
      one.clientWidth > 4 &&
      /hidden|clip/.test(css(one).overflowX)
    )
      found.add(`too narrow for its words: "${words(one.textContent)}"`);
  }
  through.remove();
  return [...found];
}
