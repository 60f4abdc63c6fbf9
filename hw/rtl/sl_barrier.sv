// Steps of the whole chip. With barriers a step begins LatencyCycles, the depth of the AND tree and
// of the way back, after the first cycle in which everything is quiet; in real time every TickCycles.
// A run begins with clearing, which a barrier ends in either mode.

module sl_barrier #(
  parameter  int unsigned LatencyCycles = 12,
  parameter  int unsigned RealTime = 0,
  parameter  logic [63:0] TickCycles = 64'd1,
  localparam int unsigned TickBits = $clog2(TickCycles + 1)
) (
  input logic clk_i,
  input logic rst_ni,

  input  logic        start_i,    // a run begins
  input  logic [31:0] steps_i,    // and has so many steps
  input  logic        quiet_i,    // of all blocks, in this cycle
  output logic        release_o,  // a step begins in this cycle
  output logic [31:0] step_o,     // its number
  output logic        done_o      // the last step is over
);

  logic [LatencyCycles-1:0] tree_q;
  logic waits_q, waits, arrives, ends, begins;
  logic [31:0] step_q;

  assign waits   = waits_q || start_i || (release_o && RealTime == 0);
  assign arrives = tree_q[LatencyCycles-1];
  assign begins  = ends && step_q != steps_i;

  assign release_o = begins;
  assign step_o    = step_q;
  assign done_o    = ends && step_q == steps_i;

  if (RealTime == 0) begin : gen_barrier
    assign ends = arrives;
    logic unused_tick;
    assign unused_tick = TickBits'(TickCycles) == '0;
  end else begin : gen_ticks
    logic [TickBits-1:0] tick_q;
    logic ticks_q;
    assign ends = arrives || (ticks_q && tick_q == TickBits'(TickCycles - 1));
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        tick_q  <= '0;
        ticks_q <= 1'b0;
      end else if (start_i || done_o) begin
        tick_q  <= '0;
        ticks_q <= 1'b0;
      end else if (ends) begin
        tick_q  <= '0;
        ticks_q <= 1'b1;
      end else if (ticks_q) begin
        tick_q <= tick_q + 1'b1;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      tree_q  <= '0;
      waits_q <= 1'b0;
      step_q  <= '0;
    end else begin
      tree_q  <= LatencyCycles'({tree_q, waits && quiet_i});
      waits_q <= waits && !quiet_i;
      if (start_i) step_q <= '0;
      else if (begins) step_q <= step_q + 1'b1;
    end
  end

endmodule
