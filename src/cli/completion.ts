import { type CommonArguments, command } from './command.ts';
import { completionScripts, type Shell } from './completion/scripts.ts';

interface CompletionArguments extends CommonArguments {
  shell: Shell;
}

export default command<CompletionArguments>({
  usage: 'completion <shell>',
  summary: 'print what makes a shell complete commands, sequences, runs and modules',
  build: (parser) =>
    parser
      .positional('shell', {
        choices: Object.keys(completionScripts) as Shell[],
        demandOption: true,
        describe: 'the shell that is to complete',
      })
      .example('source <($0 completion bash)', 'in ~/.bashrc')
      .example('source <($0 completion zsh)', 'in ~/.zshrc, behind compinit')
      .example('$0 completion fish > ~/.config/fish/completions/baton.fish', 'once'),
  async run({ shell, json }) {
    const script = completionScripts[shell];
    process.stdout.write(json ? `${JSON.stringify({ shell, script })}\n` : script);
    return 0;
  },
});
