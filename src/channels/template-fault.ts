/** What is wrong with a template, in the words of a configuration fault. */
export interface TemplateFault {
  /** `templates/fr/digest.email.liquid:12`. */
  readonly name: string
  readonly problem: string
  readonly remedy: string
}
