// Builds the browser side into --outdir: bundles src/ and css/, makes one sprite of the icons, writes the favicon.
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values } = parseArgs({ options: { outdir: { type: 'string', default: 'dist' } } });
const out = values.outdir;

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const shared = { bundle: true, minify: true, sourcemap: true, target: 'es2022', logLevel: 'warning', outdir: out };
await Promise.all([
  build({
    ...shared,
    entryPoints: { athena: 'src/athena.ts', 'css/athena': 'css/athena.css' },
    splitting: true,
    format: 'esm',
    chunkNames: 'chunks/[name]-[hash]',
    assetNames: 'fonts/[name]',
    loader: { '.woff2': 'file' },
  }),
  // Runs before the first paint, so it is a classic script of its own.
  build({ ...shared, entryPoints: { 'theme-boot': 'src/theme-boot.ts' }, format: 'iife' }),
  sprite(),
  favicon(),
]);

// Each line of lucide.txt is `name` or `our-name:name`; every file of icons/ but the mark is an icon of our own.
async function sprite() {
  const lucide = (await readFile('icons/lucide.txt', 'utf8')).split('\n').filter(Boolean).map(line => {
    const [name, source = name] = line.split(':');
    return [name, path.join('node_modules/lucide-static/icons', `${source}.svg`)];
  });
  const own = (await readdir('icons')).filter(file => file.endsWith('.svg')).map(file => [file.slice(0, -4), path.join('icons', file)]);
  const symbols = await Promise.all([...lucide, ...own].map(async ([name, file]) => {
    const svg = (await readFile(file, 'utf8')).replace(/<!--.*?-->/gs, '');
    const [, viewBox] = /viewBox="([^"]+)"/.exec(svg);
    const body = svg.replace(/^[\s\S]*?<svg[\s\S]*?>|<\/svg>\s*$/g, '').replace(/\s*\n\s*/g, '');
    return `<symbol id="${name}" viewBox="${viewBox}">${body}</symbol>`;
  }));
  await writeFile(path.join(out, 'icons.svg'), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('\n')}</svg>\n`);
}

async function favicon() {
  const mark = await readFile('icons/mark.svg', 'utf8');
  const style = '<style>svg{color:#0b6272}@media(prefers-color-scheme:dark){svg{color:#63c3d3}}</style>';
  await writeFile(path.join(out, 'favicon.svg'), mark.replace(/<svg ([^>]*)>/, `<svg xmlns="http://www.w3.org/2000/svg" $1>${style}`));
}
