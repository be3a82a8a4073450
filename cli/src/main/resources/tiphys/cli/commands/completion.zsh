#compdef tiphys
# Completion of tiphys for zsh. Use: source <(tiphys completion zsh)
_tiphys_complete() {
    local -a found
    found=("${(@f)$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if (( ${#found} )) && [[ -n ${found[1]} ]]; then
        compadd -a found
    else
        _files
    fi
}
compdef _tiphys_complete tiphys
