// Partitions by space: every population is cut into boxes, each on a core of its own, so that
// neurons whose targets are near each other share a core. For local networks and convolutions.

#include "mapper/partition/patch.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "mapper/keys/key_plan.hpp"
#include "mapper/partition/partitioner.hpp"

namespace spikeloom {
namespace {

constexpr std::uint32_t kEverywhere = 1U << 30;

std::array<std::uint32_t, 2> reach_of(const ConvConnectivity& conv) {
  const auto along = [&](std::size_t axis) {
    return (conv.kernel[axis] - 1) * conv.dilation[axis] / conv.stride[axis];
  };
  return {along(0), along(1)};
}
std::array<std::uint32_t, 2> reach_of(const DrawnConnectivity& drawn) {
  const std::uint32_t reach = 2 * std::min(drawn.radius, kEverywhere / 2);
  return {reach, reach};
}
std::array<std::uint32_t, 2> reach_of(const auto&) { return {kEverywhere, kEverywhere}; }

std::uint32_t ceil_div(std::uint32_t a, std::uint32_t b) { return a / b + (a % b != 0 ? 1 : 0); }

/// Boxes that a window of `reach` + 1 meets, on average.
double boxes_met(std::uint32_t extent, std::uint32_t parts, std::uint32_t reach) {
  return std::min<double>(parts, 1.0 + static_cast<double>(reach) * parts / extent);
}

/// Calls visit(parts) for the ways to cut into boxes of at most `channels` channels and `capacity`
/// neurons, as long in x as possible.
template <typename Visit>
void for_each_cut(const Volume& shape,
                  std::uint32_t channels,
                  std::uint32_t capacity,
                  const Visit& visit) {
  for (std::uint32_t c = ceil_div(shape[0], channels); c <= shape[0]; ++c)
    for (std::uint32_t y = 1; y <= shape[1]; ++y) {
      const std::uint64_t plane = std::uint64_t{ceil_div(shape[0], c)} * ceil_div(shape[1], y);
      if (plane > capacity) continue;
      const auto longest = static_cast<std::uint32_t>(capacity / plane);
      visit(Volume{c, y, ceil_div(shape[2], longest)});
    }
}

/// How far a box is from being as high as wide.
std::uint32_t oblongness(const Volume& shape, const Volume& parts) {
  const std::uint32_t height = ceil_div(shape[1], parts[1]), width = ceil_div(shape[2], parts[2]);
  return height > width ? height - width : width - height;
}

/// Interleaves the bits of x and y (Morton order).
std::uint64_t z_order(std::uint32_t x, std::uint32_t y) {
  std::uint64_t code = 0;
  for (std::uint32_t bit = 0; bit < 32; ++bit)
    code |= std::uint64_t{x >> bit & 1U} << 2 * bit | std::uint64_t{y >> bit & 1U} << (2 * bit + 1);
  return code;
}

/// Convolutions ask for row-major order within a box; drawn synapses for an order in which
/// neighbours in number are neighbours in space, for those share packet groups.
bool wants_z_order(const LoweredNetwork& network, PopulationId id) {
  return std::any_of(network.projections.begin(), network.projections.end(), [&](const auto& p) {
    return p.source == id && std::holds_alternative<DrawnConnectivity>(p.connectivity);
  });
}

class Cutter {
 public:
  Cutter(const PartitionProblem& problem, double fill) : problem_(problem), fill_(fill) {}

  FillOrder order() {
    for (const PopulationId id : ids_of(problem_.view.network().populations))
      if (!problem_.view.network().populations[id].is_input) cut(id);
    return std::move(order_);
  }

 private:
  void cut(PopulationId id) {
    const LoweredNetwork& network = problem_.view.network();
    const Volume shape = volume_shape(network.populations[id]);
    const Volume parts = choose_parts(
        shape, patch_costs(problem_.view, id), capacity(id), problem_.chip.core.kernel_words);
    const bool by_z = wants_z_order(network, id);
    for (std::uint32_t c = 0; c < parts[0]; ++c)
      for (std::uint32_t y = 0; y < parts[1]; ++y)
        for (std::uint32_t x = 0; x < parts[2]; ++x) add_box(id, shape, parts, {c, y, x}, by_z);
  }

  /// Neurons that a core holds, if all were like the mean.
  std::uint32_t capacity(PopulationId id) const {
    const CoreSpec& core = problem_.chip.core;
    const std::uint32_t size = problem_.view.network().populations[id].size;
    double words = 0;
    for (std::uint32_t n = 0; n < size; ++n)
      words += mean_words(problem_, problem_.view.number(id, n));
    const double held = static_cast<double>(core.synaptic_words) * size / std::max(1e-9, words);
    return static_cast<std::uint32_t>(
        std::max(1.0, fill_ * std::min(static_cast<double>(core.neurons), held)));
  }

  void add_box(
      PopulationId id, const Volume& shape, const Volume& parts, const Volume& box, bool by_z) {
    order_.cut();
    const auto begin = [&](std::size_t axis, std::uint32_t part) {
      return patch_begin(shape[axis], parts[axis], part);
    };
    const Volume first{begin(0, box[0]), begin(1, box[1]), begin(2, box[2])};
    const std::size_t start = order_.neurons.size();
    for (std::uint32_t c = first[0]; c < begin(0, box[0] + 1); ++c)
      for (std::uint32_t y = first[1]; y < begin(1, box[1] + 1); ++y)
        for (std::uint32_t x = first[2]; x < begin(2, box[2] + 1); ++x)
          order_.neurons.push_back(problem_.view.number(id, (c * shape[1] + y) * shape[2] + x));
    if (by_z) sort_by_z(problem_.view.first(id), shape, first, start);
  }

  void sort_by_z(NeuronNumber origin, const Volume& shape, const Volume& first, std::size_t start) {
    const auto code = [&](NeuronNumber number) {
      const std::uint32_t n = number - origin;
      return z_order(n % shape[2] - first[2], n / shape[2] % shape[1] - first[1]);
    };
    std::stable_sort(order_.neurons.begin() + static_cast<std::ptrdiff_t>(start),
                     order_.neurons.end(),
                     [&](NeuronNumber a, NeuronNumber b) { return code(a) < code(b); });
  }

  const PartitionProblem& problem_;
  double fill_;
  FillOrder order_;
};

/// Smaller boxes where the largest one would not fit a core.
constexpr double kFills[] = {1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5};

class PatchPartitioner : public Partitioner {
 public:
  Partition partition(const PartitionProblem& problem) const override {
    for (const double fill : kFills) {
      const FillOrder order = Cutter(problem, fill).order();
      std::vector<CoreContents> cores = CoreFiller(problem).fill(order);
      if (cores.size() > order.cuts.size()) continue;  // a box took two cores
      if (cores.size() > problem.usable.count()) break;
      return fit_rows_and_axons(problem, std::move(cores));
    }
    return packed(problem);
  }

 private:
  /// Box after box, each core filled to the brim.
  static Partition packed(const PartitionProblem& problem) {
    FillOrder order = Cutter(problem, 1.0).order();
    order.cuts.clear();
    CoreFiller filler(problem);
    std::vector<CoreContents> cores = filler.fill(order);
    if (cores.size() > problem.usable.count())
      fail_too_many_cores(problem, cores.size(), filler.usual_limit());
    return fit_rows_and_axons(problem, std::move(cores));
  }
};

}  // namespace

double PatchCosts::deliveries(const Volume& shape, const Volume& parts) const {
  double sum = 0;
  for (const auto& [rows, columns] : reach)
    sum += parts[0] * boxes_met(shape[1], parts[1], rows) * boxes_met(shape[2], parts[2], columns);
  return sum;
}

PatchCosts patch_costs(const NetworkView& view, PopulationId population) {
  PatchCosts costs;
  for (const std::uint32_t p : view.arriving(population)) {
    const Connectivity& form = view.network().projections[p].connectivity;
    costs.reach.push_back(std::visit([](const auto& f) { return reach_of(f); }, form));
    const auto* conv = std::get_if<ConvConnectivity>(&form);
    if (view.is_shared(p) && conv != nullptr)
      costs.kernel_words_per_channel +=
          std::uint64_t{conv->source_shape[0]} / conv->groups * conv->kernel[0] * conv->kernel[1];
  }
  return costs;
}

Volume choose_parts(const Volume& shape,
                    const PatchCosts& costs,
                    std::uint32_t capacity,
                    std::uint64_t kernel_words) {
  constexpr double kAlike = 1.1;
  const std::uint64_t per_channel = costs.kernel_words_per_channel;
  const std::uint64_t held = per_channel == 0 ? shape[0] : kernel_words / per_channel;
  const auto most = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(held, 1, shape[0]));
  double least = 1e300;
  for_each_cut(shape, most, capacity, [&](const Volume& parts) {
    least = std::min(least, costs.deliveries(shape, parts));
  });
  Volume best = shape;
  auto best_key = std::pair(~0U, ~0ULL);
  for_each_cut(shape, most, capacity, [&](const Volume& parts) {
    if (costs.deliveries(shape, parts) > kAlike * least) return;
    const auto key = std::pair(oblongness(shape, parts), 1ULL * parts[0] * parts[1] * parts[2]);
    if (key < best_key) best = parts, best_key = key;
  });
  return best;
}

std::unique_ptr<Partitioner> make_patch_partitioner() {
  return std::make_unique<PatchPartitioner>();
}

}  // namespace spikeloom
