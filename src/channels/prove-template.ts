import { SAMPLES, type Sample } from './samples.ts'
import type { SaidParts, Template } from './template.ts'
import type { TemplateFault } from './template-fault.ts'
import {
  digestScope,
  isSaid,
  mailScope,
  type SaidLine,
  type Scope,
  type Shown,
  scopeOf,
} from './template-scope.ts'

/** What is wrong with what it says of the samples. Of each part, the first fault. */
export function proveTemplate(template: Template): readonly TemplateFault[] {
  const samples = SAMPLES.filter(({ kind }) => template.form.kinds.some((one) => one === kind))
  const faults = samples.flatMap((sample) => proveSample(template, sample))
  return [
    ...new Map(faults.toReversed().map((fault) => [fault.name + fault.problem, fault])).values(),
  ]
}

function proveSample(template: Template, sample: Sample): readonly TemplateFault[] {
  const { said, faults } = template.prove(sampleScope(template, sample))
  if (faults.length > 0) return faults
  const { path } = template
  const blank = template.form.needs
    .filter((name) => said[name] === '')
    .map((name) => ({
      name: path,
      problem: `says nothing in "${name}" of a sample (${sample.kind}, ${sample.what})`,
      remedy: 'let it say something in each case',
    }))
  if (blank.length > 0 || textsOf(said).every((text) => namesAll(text, sample))) return blank
  return [
    {
      name: path,
      problem: `does not say who wrote (${sample.kind}, ${sample.what})`,
      remedy:
        sample.kind === 'digest' ? 'show {{ line.title }} of all lines' : 'show {{ from.name }}',
    },
  ]
}

/** What is read at once: nobody reads text and HTML of a mail. */
function textsOf({ title = '', body, subject = '', text, html }: SaidParts): readonly string[] {
  return [
    ...(body === undefined ? [] : [`${title}\n${body}`]),
    ...(text === undefined ? [] : [`${subject}\n${text}`]),
    ...(html === undefined ? [] : [`${subject}\n${html}`]),
  ]
}

/** Whoever writes is always named, also under a title that they chose. */
function namesAll(text: string, { notification }: Sample): boolean {
  const lines = notification.digest?.lines ?? [notification]
  return lines.every(({ from }) => text.includes(from.displayName ?? from.uid))
}

function sampleScope({ form }: Template, { notification }: Sample): Scope {
  const { digest } = notification
  if (digest !== undefined) {
    const lines = digest.lines.filter(isSaid).map((line) => ({ ...line, shown: shownOf(line) }))
    return digestScope(lines, digest.more)
  }
  if (!isSaid(notification)) return {}
  const isMail = form.channel === 'email'
  return isMail ? mailScope(notification, shownOf(notification)) : scopeOf(notification)
}

function shownOf({ from, body }: SaidLine): Shown {
  return { title: from.displayName ?? from.uid, body: body ?? '…' }
}
