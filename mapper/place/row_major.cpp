// The baseline: core n at place n.

#include "mapper/place/placer.hpp"

namespace spikeloom {
namespace {

class RowMajorPlacer : public Placer {
 public:
  std::vector<CorePlace> place(const PlacementProblem& problem, Seed) const override {
    const auto& places = problem.places();
    return {places.begin(), places.begin() + problem.cores()};
  }
};

}  // namespace

std::unique_ptr<Placer> make_row_major_placer() { return std::make_unique<RowMajorPlacer>(); }

}  // namespace spikeloom
