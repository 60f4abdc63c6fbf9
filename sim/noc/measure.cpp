#include "sim/noc/measure.hpp"

#include <algorithm>
#include <numeric>

#include "models/base/error.hpp"
#include "models/mapping/deadlock.hpp"
#include "sim/noc/noc_network.hpp"
#include "sim/noc/routes.hpp"

namespace spikeloom::noc {
namespace {

constexpr std::uint32_t kMostTiles = 4096;
constexpr Cycle kWatchedCycles = 1000;  // between two calls of the watch
constexpr Cycle kDrainedCycles = 100;   // between two looks at whether all have arrived
constexpr double kGrowth = 0.005;       // of the packets created: more of them wait each cycle

/// How often each latency came.
class Histogram {
 public:
  void add(Cycle latency) {
    if (latency >= counts_.size()) counts_.resize(latency + 1, 0);
    ++counts_[latency];
  }
  std::uint64_t total() const {
    return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
  }
  double mean() const {
    double sum = 0;
    for (std::size_t latency = 0; latency < counts_.size(); ++latency)
      sum += static_cast<double>(latency) * static_cast<double>(counts_[latency]);
    return total() == 0 ? 0 : sum / static_cast<double>(total());
  }
  /// The smallest latency that `fraction` of all do not exceed.
  double quantile(double fraction) const {
    const double rank = fraction * static_cast<double>(total());
    std::uint64_t below = 0;
    for (std::size_t latency = 0; latency < counts_.size(); ++latency)
      if (below += counts_[latency]; static_cast<double>(below) >= rank && below > 0)
        return static_cast<double>(latency);
    return 0;
  }

 private:
  std::vector<std::uint64_t> counts_;
};

/// One run: its phases, and what it counts. All counts are copies.
class Run {
 public:
  Run(const Chip& chip, const Mapping& mapping, const Traffic& traffic, const Phases& phases)
      : chip_(chip),
        traffic_(traffic),
        begin_(phases.warm_up),
        end_(begin_ + phases.measured),
        stop_(end_ + phases.drain),
        cursors_(chip.tile_count()),
        network_(
            chip,
            mapping,
            [this](std::uint32_t node) { return next_creation(node); },
            [this](std::uint32_t, const Packet& packet, Cycle arrival) {
              deliver(packet, arrival);
            }) {}

  void run(const Watch& watch) {
    run_to(begin_, watch);
    const std::uint64_t dropped_before = network_.dropped();
    run_to(end_, watch);
    dropped_ = network_.dropped() - dropped_before;
    create_the_rest();
    while (network_.now() < stop_ && measured_ < created_)
      run_to(std::min(stop_, network_.now() + kDrainedCycles), watch);
    if (!chip_.router.blocked) fail_stuck(network_.drain());
  }

  void report(Point& point) const {
    const double nodes = node_count(), cycles = static_cast<double>(end_ - begin_);
    point.accepted = static_cast<double>(accepted_) / traffic_.copies() / nodes / cycles;
    point.latency_mean = latencies_.mean();
    point.latency_p95 = latencies_.quantile(0.95);
    point.packets = measured_;
    point.router_cycles = network_.now() * chip_.tile_count();
    point.dropped = dropped_;
    point.stable = dropped_ == 0 && measured_ == created_ && !has_grown();
  }

 private:
  std::optional<Creation> next_creation(std::uint32_t node) {
    const Creation creation = traffic_.next(node, cursors_[node]);
    if (counts(creation.cycle)) created_ += traffic_.copies();
    return creation.cycle < stop_ ? std::optional(creation) : std::nullopt;
  }

  /// A source makes a packet when it sends the one before; those far behind owe some.
  void create_the_rest() {
    for (const std::uint32_t node : traffic_.nodes())
      for (Traffic::Cursor cursor = cursors_[node]; cursor.from < end_;)
        if (counts(traffic_.next(node, cursor).cycle)) created_ += traffic_.copies();
  }

  void deliver(const Packet& packet, Cycle arrival) {
    if (counts(arrival)) ++accepted_;
    if (!counts(packet.injected)) return;
    latencies_.add(arrival - packet.injected);
    ++measured_;
  }

  /// The watchdog: ways that were found free of circles never leave packets behind.
  static void fail_stuck(const std::string& circle) {
    if (!circle.empty()) throw InternalError("packets wait for each other for ever: " + circle);
  }

  double node_count() const { return static_cast<double>(traffic_.nodes().size()); }
  bool counts(Cycle cycle) const { return begin_ <= cycle && cycle < end_; }

  bool has_grown() const {
    const double growth = static_cast<double>(created_) - static_cast<double>(accepted_);
    const double per_node = traffic_.copies() * node_count();
    return growth > std::max(kGrowth * static_cast<double>(created_), per_node);
  }

  void run_to(Cycle end, const Watch& watch) {
    while (network_.now() < end) {
      network_.run_to(std::min(end, network_.now() + kWatchedCycles));
      if (watch) watch(static_cast<double>(network_.now()) / static_cast<double>(stop_));
    }
  }

  const Chip& chip_;
  const Traffic& traffic_;
  Cycle begin_, end_, stop_;
  std::vector<Traffic::Cursor> cursors_;  // per node
  Histogram latencies_;
  std::uint64_t created_ = 0;   // while it measured
  std::uint64_t measured_ = 0;  // of those, taken by a core
  std::uint64_t accepted_ = 0;  // taken while it measured
  std::uint64_t dropped_ = 0;   // lost while it measured
  NocNetwork network_;
};

}  // namespace

std::uint64_t zero_load_latency(const Chip& chip, std::uint32_t links) {
  const std::uint64_t pipeline = chip.router.pipeline_cycles;
  const std::uint64_t link = chip.link.latency_cycles + chip.link.cycles_per_packet - 1;
  return 2 + pipeline + links * (link + pipeline) + 1;
}

Workload::Workload(const Chip& chip, Pattern pattern, Seed seed)
    : chip_(chip), pattern_(pattern), seed_(seed) {
  if (chip.tile_count() > kMostTiles)
    throw InputError("",
                     "",
                     "the chip has " + std::to_string(chip.tile_count()) +
                         " tiles, synthetic traffic takes at most " + std::to_string(kMostTiles));
  chip_.core_clock = {};  // sources and sinks have the routers'
  Routes routes = find_routes(chip, Traffic(chip, pattern, 1, seed));
  circle_ = std::move(routes.circle);
  if (!chip.router.blocked && !circle_.empty())
    throw InputError("",
                     "",
                     "pattern " + name_of(pattern) +
                         ": packets can wait for each other for ever: " + circle_ + "; " +
                         cure_of_circles(chip));
  mapping_.chip_name = chip.name;
  mapping_.width = chip.topology.width;
  mapping_.height = chip.topology.height;
  mapping_.tables = std::move(routes.tables);
}

Point Workload::measure(double offered, const Phases& phases, const Watch& watch) const {
  const Traffic traffic(chip_, pattern_, offered, seed_);
  Run run(chip_, mapping_, traffic, phases);
  run.run(watch);
  Point point{.pattern = pattern_, .offered = offered};
  run.report(point);
  return point;
}

}  // namespace spikeloom::noc
