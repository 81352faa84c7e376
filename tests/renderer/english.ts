// Imported before anything of the renderer: the sentences under test are English, whatever this machine speaks.
Object.defineProperty(navigator, 'languages', { value: ['en-GB'], configurable: true });
