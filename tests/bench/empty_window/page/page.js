addEventListener('keydown', () => document.body.classList.add('pressed'));
