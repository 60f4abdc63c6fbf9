// Compiled case by case: with SPIKELOOM_MUST_FAIL the compiler must refuse it, without it must
// accept the same use spelt right.
#include "models/base/ids.hpp"
#include "models/base/random.hpp"
#include "models/base/units.hpp"

using namespace spikeloom;

#ifdef SPIKELOOM_MUST_FAIL
#define EITHER(good, bad) bad
#else
#define EITHER(good, bad) good
#endif

int main() {
  [[maybe_unused]] IdVector<CoreId, int> load(4);
#if SPIKELOOM_CASE == 1
  load[EITHER(CoreId{2}, TileId{2})] = 1;
#elif SPIKELOOM_CASE == 2
  load[EITHER(CoreId{2}, 2)] = 1;
#elif SPIKELOOM_CASE == 3
  [[maybe_unused]] const auto sum = Joules(1) + EITHER(Joules(2), Picojoules(2));
#elif SPIKELOOM_CASE == 4
  [[maybe_unused]] const Joules energy = EITHER(Joules(2.0), 2.0);
#elif SPIKELOOM_CASE == 5
  [[maybe_unused]] const Seed seed EITHER({1}, );
#else
#error "unknown case"
#endif
}
