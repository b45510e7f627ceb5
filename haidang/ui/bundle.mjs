// Bundles the scripts: node haidang/ui/bundle.mjs OUT ENTRY…  (called by haidang.ui.build)
import { build } from "esbuild";

const [outdir, ...entryPoints] = process.argv.slice(2);
await build({
  entryPoints,
  outdir,
  bundle: true,
  minify: true,
  format: "esm",
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  target: "es2020",
  legalComments: "none",
  logLevel: "warning",
});
