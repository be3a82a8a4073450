package tiphys.journal;

/// A fact about to be appended: its type with the codec's version (`run.started/1`) and its encoded body.
public record NewEntry(String type, byte[] body) {}
