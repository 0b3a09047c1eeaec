import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** Catalogues that are always read together are one file each, by language: thirty would be thirty requests. */
const TOGETHER: Record<string, RegExp> = {
  /** What servers can say, and lists of terms; without texts of one screen, or of pages of the server's own. */
  words: /^(?!ui|(admin|documents|tls)\.)\w+\.json$/,
  /** What the dispatcher's panels say. */
  desk: /^ui_(border|command|danger|duty|fire|forces|health|threats|tools|units)\.json$/,
};
const OURS = new RegExp(`^virtual:(${Object.keys(TOGETHER).join('|')})(?:/([\\w-]+))?$`);

/**
 * `import files from 'virtual:words'`: loaders by language, shaped as `import.meta.glob` shapes them. A
 * language is a folder of `folder`.
 */
export function catalogues(folder: string): Plugin {
  return {
    name: 'catalogues',
    resolveId: (id) => (OURS.test(id) ? `\0${id}` : null),
    async load(id) {
      const [, name = '', language] = OURS.exec(id.slice(1)) ?? [];
      const which = id.startsWith('\0') ? TOGETHER[name] : undefined;
      if (!which) return null;
      if (language) {
        const files = (await readdir(join(folder, language))).filter((file) => which.test(file)).sort();
        const paths = files.map((file) => join(folder, language, file));
        for (const path of paths) this.addWatchFile(path);
        const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
        const all = Object.assign({}, ...texts.map((text) => JSON.parse(text) as object)) as object;
        return `export default ${JSON.stringify(all)}`;
      }
      const entries = await readdir(folder, { withFileTypes: true });
      const languages = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
      const loaders = languages.map((one) => `"/${one}/":()=>import("virtual:${name}/${one}")`);
      return `export default {${loaders.join(',')}}`;
    },
  };
}
