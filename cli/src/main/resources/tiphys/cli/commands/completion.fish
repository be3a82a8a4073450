# Completion of tiphys for fish. Use: tiphys completion fish | source
function __tiphys_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] __complete -- $words[2..-1] 2>/dev/null
end
complete -c tiphys -a '(__tiphys_complete)'
