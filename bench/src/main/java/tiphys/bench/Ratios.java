package tiphys.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The figures of one benchmark over its rounds: what floor and product gave, and their ratio round by round, for the
/// machine's speed drifts but drifts for both.
final class Ratios {
    private final String name;
    private final String unit;
    private final List<Double> floors = new ArrayList<>();
    private final List<Double> products = new ArrayList<>();

    Ratios(String name, String unit) {
        this.name = name;
        this.unit = unit;
    }

    void add(double floor, double product) {
        floors.add(floor);
        products.add(product);
    }

    /// Floor, product and product / floor: minimum, median and maximum of each.
    void print() {
        var ratios = new ArrayList<Double>();
        for (int i = 0; i < floors.size(); i++) {
            ratios.add(products.get(i) / floors.get(i));
        }
        System.out.printf(
                Locale.ROOT,
                "%-34s %-10s floor %s  product %s  ratio %s%n",
                name,
                unit,
                spread(floors, "%.2f"),
                spread(products, "%.2f"),
                spread(ratios, "%.3f"));
    }

    static String spread(List<Double> values, String format) {
        var sorted = values.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                format + "/" + format + "/" + format,
                sorted.getFirst(),
                sorted.get(sorted.size() / 2),
                sorted.getLast());
    }

    static double quantile(List<Double> values, double share) {
        var sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(share * sorted.size())));
    }
}
