// Loaded into both servers before anything else, so that their memory can be compared without the
// garbage that one of them happens not to have collected yet. Only a collection of last resort gives
// the pages that it freed back to the system.
process.on('SIGUSR2', () => {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
})
