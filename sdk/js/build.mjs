#!/usr/bin/env node
// inferlet-build [--wit FOLDER] PROGRAM.ts [OUT.wasm]: bundles a program and makes a component of it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { componentize } from 'componentize-qjs';
import { build } from 'esbuild';
import { witFolder, writeTypes } from './types.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Bundles a program; `async` functions become ones that wait by the package's promises. */
export async function bundle(source, options = {}) {
  const { outputFiles } = await build({
    entryPoints: [source],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    supported: { 'async-await': false, 'async-generator': false, 'for-await': false, using: false },
    inject: [join(here, 'src', 'setup.ts')],
    alias: { '@pie4j/inferlet': join(here, 'src', 'index.ts') },
    external: ['pie4j:*'],
    charset: 'utf8',
    minifySyntax: true, // names stay, for traces in the log
    minifyWhitespace: true,
    logLevel: 'warning',
    ...options,
  });
  return outputFiles[0].text;
}

/** Makes a component of a program. */
export async function buildComponent(source, target, witPath = witFolder()) {
  const jsSource = await bundle(source);
  const { component } = await componentize({ witPath, world: 'inferlet', jsSource, sync: true, optSize: true });
  writeFileSync(target, component);
}

if (process.argv[1] && readFileSync(process.argv[1]).equals(readFileSync(fileURLToPath(import.meta.url)))) {
  const { values, positionals } = parseArgs({ options: { wit: { type: 'string' } }, allowPositionals: true });
  const [source, target = source?.replace(/\.[jt]s$/, '.wasm')] = positionals;
  if (source === undefined) {
    console.error('usage: inferlet-build [--wit FOLDER] PROGRAM.ts [OUT.wasm]');
    process.exit(2);
  }
  const wit = values.wit ?? witFolder();
  writeTypes(wit);
  mkdirSync(dirname(target), { recursive: true });
  await buildComponent(source, target, wit);
}
