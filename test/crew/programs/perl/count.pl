#!/usr/bin/env perl
# Counts words: the second language, as a proof of the protocol.
use strict;
use warnings;
use Rxboss;

Rxboss::worker(
    count => sub {
        my ($attributes, $task) = @_;
        my $text = $attributes->{text} // die "text: expected a text\n";
        exit 3 if $text eq 'exit';
        print "counting\n";
        my @words = split ' ', $text;
        $task->report({ done => 0, total => scalar @words });
        if ($text eq 'wait') { select undef, undef, undef, 0.002 while !$task->cancelled; return 'obeyed' }
        return scalar @words;
    },
    version => '1',
);
Rxboss::serve();
