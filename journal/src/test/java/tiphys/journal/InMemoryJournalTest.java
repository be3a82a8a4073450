package tiphys.journal;

final class InMemoryJournalTest extends JournalContract {
    @Override
    protected Journal open() {
        return new InMemoryJournal();
    }
}
