package tiphys.process;

/// Which program of this machine stands for an image.
///
/// @param rule the row that says it; empty for none
/// @param program where it is; empty if it is not there
/// @param problem why a step of that image cannot run; empty if it can
public record HostImage(String image, String rule, String program, String problem) {}
