// Bundles the tests, with a faked engine in place of the interface, and runs them.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, 'target');

/** `pie4j:inferlet/NAME@VERSION` is what `engine.ts` exports in camel case. */
const faked = {
  name: 'faked',
  setup(build) {
    build.onResolve({ filter: /^pie4j:/ }, ({ path }) => ({ path, namespace: 'faked' }));
    build.onLoad({ filter: /.*/, namespace: 'faked' }, ({ path }) => {
      const name = path.replace(/^.*\/(.*)@.*$/, '$1').replace(/-(.)/g, (_, letter) => letter.toUpperCase());
      return { contents: `module.exports = require('./engine.ts').${name}`, loader: 'js', resolveDir: here };
    });
  },
};

rmSync(out, { recursive: true, force: true });
await build({
  entryPoints: readdirSync(here).filter((name) => name.endsWith('.test.ts')).map((name) => join(here, name)),
  outdir: out,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  supported: { 'async-await': false, 'async-generator': false, 'for-await': false, using: false },
  plugins: [faked],
  sourcemap: 'inline',
  logLevel: 'warning',
});
const tests = readdirSync(out).map((name) => join(out, name));
process.exit(spawnSync(process.execPath, ['--enable-source-maps', '--test', ...tests], { stdio: 'inherit' }).status ?? 1);
