/** One page with all pictures: a line is a screen, a column a look. */

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function cell({ name, size, look, found }) {
  const told = found.length ? `<ul>${found.map((one) => `<li>${escaped(one)}</li>`).join('')}</ul>` : '';
  const words = [size, look.lang, look.theme, look.contrast && 'high contrast'].filter(Boolean).join(' · ');
  return `<figure class="${size}"><a href="${name}.png"><img loading="lazy" alt="${escaped(name)}" src="${name}.png"></a>
    <figcaption>${words}${told}</figcaption></figure>`;
}

/** taken: name, scene, size, look and found of each picture, in order. */
export function sheet(taken) {
  const scenes = [...new Set(taken.map(({ scene }) => scene))];
  const lines = scenes.map((scene) => {
    const own = taken.filter((one) => one.scene === scene);
    return `<section id="${scene}"><h2>${escaped(scene)}</h2><div>${own.map(cell).join('')}</div></section>`;
  });
  const contents = scenes.map((scene) => `<a href="#${scene}">${escaped(scene)}</a>`).join(' ');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sylvan: every screen</title>
<style>
  body { margin: 16px; font: 14px/1.4 sans-serif; background: #eee; color: #222 }
  nav a { margin-right: 8px } section > div { display: flex; gap: 12px; overflow-x: auto }
  figure { flex: none; margin: 0 } .wide img { height: 360px } .phone img { height: 360px }
  img { border: 1px solid #999; background: #fff } figcaption { max-width: 560px } .phone figcaption { max-width: 170px }
  li { color: #a00 } ul { margin: 0; padding-left: 18px }
</style><h1>Every screen</h1><nav>${contents}</nav>${lines.join('\n')}</html>\n`;
}
