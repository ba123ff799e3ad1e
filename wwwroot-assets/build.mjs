// Bundles src/ and css/ into --outdir; fonts and icons are copied through.
import { build } from 'esbuild';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { outdir: { type: 'string', default: 'dist' } } });

await build({
  entryPoints: { athena: 'src/athena.ts', 'css/athena': 'css/athena.css' },
  outdir: values.outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  sourcemap: true,
  loader: { '.woff2': 'file', '.svg': 'file' },
  logLevel: 'warning',
});
