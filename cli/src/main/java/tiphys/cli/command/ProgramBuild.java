package tiphys.cli.command;

/// Which program this is.
///
/// @param version `0.2.0`
/// @param commit what it was built from; ends in `+changes` if that was not all; empty if nobody knows
/// @param date of the commit, RFC 3339 in UTC; empty if nobody knows
public record ProgramBuild(String version, String commit, String date) {}
