package tiphys.engine;

import java.util.Map;

/// What an order's references stood for when it was given to the executor. Never journalled, for it holds secrets.
///
/// @param env every variable with its value, in the order in which they are set
/// @param volumes for each volume of kind `Keys`: relative path to content
public record Materials(Map<String, String> env, Map<String, Map<String, byte[]>> volumes) {}
