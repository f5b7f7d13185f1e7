/**
 * What a shell is told to do when Tab is pressed behind `baton`: to ask it. Each passes the words up to the cursor, and
 * completes file names where Baton knows nothing.
 */
export const completionScripts = {
  bash: `# Completion of baton for bash. In ~/.bashrc: source <(baton completion bash)
_baton_complete() {
  local IFS=$'\\n'
  COMPREPLY=($(baton --complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
  [[ \${#COMPREPLY[@]} -eq 1 && $COMPREPLY == *[=:] ]] && compopt -o nospace 2>/dev/null
}
complete -o default -o nosort -F _baton_complete baton
`,
  zsh: `#compdef baton
# Completion of baton for zsh. In ~/.zshrc, behind compinit: source <(baton completion zsh)
_baton() {
  local -a lines candidates open
  local line value entry added=1
  lines=("\${(@f)$(baton --complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    value=\${line%%$'\\t'*}
    entry="\${value//:/\\\\:}:\${line#*$'\\t'}"
    if [[ $value == *[=:] ]]; then open+=($entry); else candidates+=($entry); fi
  done
  if (( $#candidates + $#open )); then
    (( $#candidates )) && _describe -V baton candidates && added=0
    (( $#open )) && _describe -V baton open -S '' && added=0
  else
    _files && added=0
  fi
  return added
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _baton "$@"
else
  compdef _baton baton
fi
`,
  fish: `# Completion of baton for fish. Once: baton completion fish > ~/.config/fish/completions/baton.fish
function __baton_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l candidates (baton --complete $words[2..-1] 2>/dev/null)
    if test (count $candidates) -gt 0
        printf '%s\\n' $candidates
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c baton -f -k -a '(__baton_complete)'
`,
} as const;

export type Shell = keyof typeof completionScripts;
