"""Training of weights against the registry of this hub: nothing of it is needed to identify people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from registry.exchange.stages.scoring import scoring_of
from registry.insured.matching import Identification, SearchRequest, identify
from registry.insured.matching.probable import Scoring
from registry.insured.scoring.model import Model, Weights
from registry.insured.scoring.people import PEOPLE
from registry.insured.training.curve import error_curve
from registry.insured.training.labelled import Labelled
from registry.insured.training.supervised import train_supervised
from registry.reference.territories import okato_of_fund
from server.bootstrap import Hub


def trained(hub: Hub, labelled: Sequence[Labelled], *, em: bool, name: str, seed: int) -> Weights:
    """Weights out of these requests and the registry as it is now; ``em`` leaves the labels aside."""
    moment = hub.context.clock.now()
    with hub.sessions() as session:
        if em:
            from registry.insured.training.unsupervised import train_unsupervised

            return train_unsupervised(session, labelled, moment=moment, name=name, seed=seed)
        return train_supervised(session, labelled, moment=moment, name=name, seed=seed)


def measured(hub: Hub, weights: Weights, labelled: Sequence[Labelled]) -> Weights:
    """The weights with their error curve on these labelled requests."""
    context, moment = hub.context, hub.context.clock.now()
    with hub.sessions() as session:
        secret = context.key_secret(session)

        def search(requests: Sequence[SearchRequest], scoring: Scoring) -> list[Identification]:
            return identify(
                session,
                requests,
                recorded_at=moment,
                fund_okato=okato_of_fund(context.fund_code),
                secret=secret,
                scoring=scoring,
            )

        scoring = replace(scoring_of(session, context), model=Model(PEOPLE, weights))
        return replace(weights, curve=error_curve(labelled, scoring, search))
