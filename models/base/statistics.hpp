#pragma once
// Statistics are declared once, by the block that counts them, with name, unit and meaning.
// Writing them out is somebody else's work.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace spikeloom {

/// What one count of a statistic is.
enum class Unit { Count, Cycle, Packet, Entry };

std::string_view name_of(Unit unit);

/// A number that only grows until it is reset. Cheap enough for inner loops.
class Counter {
 public:
  void add(std::uint64_t amount = 1) { value_ += amount; }
  /// For high-water marks: keeps the larger of the two.
  void raise_to(std::uint64_t level) { value_ = level > value_ ? level : value_; }
  void reset() { value_ = 0; }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0;
};

/// One declared statistic. `path` is unique, such as "tile.3.router.hops".
struct Statistic {
  std::string path;
  Unit unit;
  std::string meaning;
  const Counter* counter;
};

/// All statistics of a simulation. It does not own the counters; the blocks outlive their use.
class Statistics {
 public:
  /// Declares a counter. Throws InternalError if the path is taken.
  void declare(std::string path, Unit unit, std::string meaning, const Counter& counter);

  const std::vector<Statistic>& all() const { return statistics_; }
  /// The statistic at `path`. Throws InternalError if there is none.
  const Statistic& at(const std::string& path) const;
  /// Sum over every path that ends in `.leaf`.
  std::uint64_t sum_of(const std::string& leaf) const;

 private:
  std::vector<Statistic> statistics_;
  std::map<std::string, std::size_t> by_path_;
};

/// Declares statistics below a common prefix.
class StatScope {
 public:
  StatScope(Statistics& statistics, std::string prefix)
      : statistics_(statistics), prefix_(std::move(prefix)) {}
  StatScope child(const std::string& name) const { return {statistics_, prefix_ + "." + name}; }
  void declare(const std::string& name, Unit unit, std::string meaning, const Counter& counter) {
    statistics_.declare(prefix_ + "." + name, unit, std::move(meaning), counter);
  }

 private:
  Statistics& statistics_;
  std::string prefix_;
};

}  // namespace spikeloom
